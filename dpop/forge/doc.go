// Package forge makes DPoP proofs that have exactly one thing wrong, or one thing
// odd that is sound all the same.
//
// A Forgery is a proof in the making, each step of it open to change; a Defect
// changes one. The defects are tables, a file a concern, and the catalogue is the
// list of the tables: Find knows each by the name that it has in a scenario. What
// a defect needs is signed with the keys of dpop, or by hand where no library
// would.
package forge
