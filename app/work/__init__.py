"""What goes on beside the window: jobs on threads, the run at hand, and the mailbox through which it speaks."""
