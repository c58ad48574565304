"""`verify`: one file per factor that is proven."""
