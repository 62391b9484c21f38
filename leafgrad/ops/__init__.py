"""The operations, one file a family; an operation's value and its gradients stand together."""
