"""How trials and analyses show themselves in a shell and in a notebook."""
