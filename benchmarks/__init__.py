"""What the README says about speed, measured as ratios to a limit of the same run."""
