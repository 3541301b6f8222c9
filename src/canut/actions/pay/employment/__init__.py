"""What employees alone are owed: vacation pay that is kept until the vacation."""
