"""HTTP as sync.client.transport asks for it: requests on a phone, fetch in a browser."""
