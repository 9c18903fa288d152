"""What has been published, and how a study would have measured this world."""
