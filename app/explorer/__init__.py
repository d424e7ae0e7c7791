"""The explorer's questions and answers between the window and the desk of the run at hand."""
