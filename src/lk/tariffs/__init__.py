"""What a regulator or the company sets for a time: calendar, rates, consumption bands, norms and VAT."""
