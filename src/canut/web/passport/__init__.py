"""The passport's pages: what I have shown, credentials, links, and the page that checks one."""
