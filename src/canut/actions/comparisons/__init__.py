"""Comparisons of two presentations: opened, drawn, watched for harm, told at the end."""
