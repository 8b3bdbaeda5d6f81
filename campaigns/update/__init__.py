"""What is told of a campaign once it runs: progress, in the advocate's or the student's words."""
