"""What comes in and goes out, as strict schemas: nothing unknown is taken, everything has an end."""
