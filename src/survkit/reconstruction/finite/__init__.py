"""Small arms: orders of few patients are finite in number, and searched one by one."""
