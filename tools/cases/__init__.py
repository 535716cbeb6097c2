"""Published worked examples solved by kind, through the public functions of `proxeny.indicators` alone."""
