"""Deliveries that lie elsewhere: a folder, an SFTP server, an S3-compatible object store.

A source stands in a feed's contract (`servers`, docs/sources.md); how to reach it is an Airflow
connection, or an environment variable for the command line. A sweep lists the source and brings
what is new and finished into the inbox, where it is a delivery like any other.
"""
