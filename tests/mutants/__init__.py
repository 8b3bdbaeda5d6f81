"""How strong the tests of permissions are: each `access.require` is deleted in turn, and a test has to fail."""
