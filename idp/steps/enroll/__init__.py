"""`enroll`: one file per factor that is registered."""
