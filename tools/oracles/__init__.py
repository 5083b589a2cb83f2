"""Other implementations of Salesforce's languages, asked beside ours; every disagreement has a cause, or is mended."""
