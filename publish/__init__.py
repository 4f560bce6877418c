"""The way out: releases that readers open, and the files made from them for people."""
