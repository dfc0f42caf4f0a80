"""What citizens sent beside words: fetched from the provider, cleaned, kept encrypted."""
