"""E-mail: short notices without content, because a mailbox is not private enough."""
