"""Room steps/enroll."""
