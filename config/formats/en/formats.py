"""English: Nov. 5, 2026, 08:30. Django writes 11/05/2026 8:30 a.m., which many read as May."""

SHORT_DATETIME_FORMAT = "N j, Y, H:i"
