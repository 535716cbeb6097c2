"""Erasure: what a record said is taken out of the ledger on request, and the chain stays sound."""
