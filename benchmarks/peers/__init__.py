"""What users would pick instead: three small servers that do the same work, each as its own tutorial would have it.

They have no keys, no tenants, no ledger, no rollup and no rates, all of which is in their favour. They validate, they
take the same rows twice without harm, and they answer records with their costs and outcomes. Their packages are in
requirements.txt, made of requirements.in, and are never installed with the product.
"""
