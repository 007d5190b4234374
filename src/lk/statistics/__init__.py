"""The company in numbers, by day and by month: counted at night, shown in a moment whatever the size of the city."""
