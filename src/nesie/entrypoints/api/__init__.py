"""The API of the mobile app and of partners: one use case per operation, JSON in and out (clause 14-api)."""
