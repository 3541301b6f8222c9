"""What a bookkeeper takes along: opening balances, summaries of a year, files for payroll."""
