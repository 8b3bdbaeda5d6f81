"""Invoices that companies pay through the provider: asked for, made step by step, paid in any way, called off."""
