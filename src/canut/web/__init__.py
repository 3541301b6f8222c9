"""The web interface: pages, workbench endpoints, templates, scripts. Stores nothing itself."""
