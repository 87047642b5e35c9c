"""What is written: put into a queue by a program or a supervisor, finished by its agent.

No transport stands behind it yet: what a chat or a mail says is read here, and answered elsewhere.
"""
