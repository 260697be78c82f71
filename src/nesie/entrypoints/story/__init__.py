"""A demo client who walks the whole way by the same use cases as the pages; told by `nesie story`, judged by tests."""
