// Package surroundings holds what may stand around a party under test: a wrong
// secret in the configuration, a clock that is off, a rate limit, a balancer, a
// bad line. A verdict on a party must not come from them. Each is a row of a
// table, put around an honest party and around one that takes everything: no
// case that the honest one passes may fail there, and none that finds the other
// out may pass.
//
// The tables stand one a file and all.go lists them. stage.go sets a row up: real
// parties, as somebody would run them, on loopback addresses of this process.
package surroundings
