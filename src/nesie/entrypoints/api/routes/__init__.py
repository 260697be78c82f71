"""Operations by topic; a view bears the name of its use case or query, and that name is the operation's id."""
