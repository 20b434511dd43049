package world

// PrepareToSpend is Prepare for a request whose code may be spent though it is
// refused, or that is one of several: its code is its own. A proof that was used
// before has nothing wrong but that, and a server may look into its memory after it
// has taken the code; and of copies with one code the code alone would let one pass.
func (w *World) PrepareToSpend(thumbprint string) (*Probe, error) {
	w.spends = true
	defer func() { w.spends = false }()
	return w.Prepare(thumbprint)
}
