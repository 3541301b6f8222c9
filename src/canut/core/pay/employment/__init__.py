"""What an employee is owed besides wages: overtime, vacation pay, a part of an exemption."""
