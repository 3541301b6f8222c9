"""What is seen: pages, the workbench's endpoints, templates, scripts. Writes nothing itself."""
