"""What every page uses: access, forms, formatting, languages, problems."""
