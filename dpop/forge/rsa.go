package forge

// rsaDefects are about the size and the exponent of an RSA key (RFC 7518
// §3.3, §6.3.1). The keys are weak on purpose and known to everybody.
func rsaDefects() []Defect {
	weak := func(value, says, name string, exponent int64) Defect {
		return bad("jwk", value, says, embedRSA(name, exponent), "key")
	}
	huge := moot("jwk", "RSA of 16384 bits", "a server may bound what a signature costs it",
		embedRSA("16384", 65537), "key", "size")
	return embedding(
		weak("RSA of 512 bits", "at least 2048 bits are required", "512", 65537),
		weak("RSA of 1024 bits", "at least 2048 bits are required", "1024", 65537),
		weak("RSA of 2047 bits", "at least 2048 bits are required", "2047", 65537),
		weak("RSA with exponent 1", "the signature is the padded hash: anybody can make it", "2048", 1),
		weak("RSA with an even exponent", "the signature is a square root", "2048", 2),
		fine("jwk", "RSA of 4096 bits", "twice the least size, as many policies have it", embedRSA("4096", 65537)),
		huge,
		moot("jwk", "RSA with exponent 3", "small, yet no specification forbids it", embedRSA("2048", 3), "key"),
	)
}

// embedRSA makes a proof of a well-known key, its signature sound.
func embedRSA(name string, exponent int64) func(*Forgery) error {
	return func(f *Forgery) error {
		if err := f.useWeakRSA(name, exponent); err != nil {
			return err
		}
		return f.redraft()
	}
}
