"""What happens: every change of state. One public function is one transaction."""
