package login

import (
	"slices"
	"strings"
	"unicode"
)

// wordsOf takes a name or a text apart: "userName", "user_name" and "User name" have
// the words user and name.
func wordsOf(text string) []string {
	var words []string
	var word []rune
	flush := func() {
		if len(word) > 0 {
			words = append(words, strings.ToLower(string(word)))
			word = nil
		}
	}
	var before rune
	for _, r := range text {
		switch {
		case !unicode.IsLetter(r) && !unicode.IsDigit(r):
			flush()
		case unicode.IsUpper(r) && unicode.IsLower(before):
			flush()
			word = append(word, r)
		default:
			word = append(word, r)
		}
		before = r
	}
	flush()
	return words
}

func anyOf(words []string, list ...string) bool {
	return slices.ContainsFunc(words, func(w string) bool { return slices.Contains(list, w) })
}

// These words tell what a button does, in the languages in which servers come. A
// button that has one of refusing is never pressed; of the others, one that has one of
// agreeing comes first.
var (
	refusing = words(`deny decline cancel reject refuse disagree abort back no not never dismiss later skip revoke
		logout signout forgot forgotten reset register registration signup create help another different switch other
		abbrechen ablehnen verweigern zurück nein registrieren vergessen annuler refuser non retour
		cancelar rechazar denegar recusar negar annulla rifiuta negato indietro annuleren weigeren nee
		avbryt neka nej anuluj odmów peruuta キャンセル 拒否 取消 拒绝`)
	agreeing = words(`accept allow approve authorize authorise authorized yes ok agree consent grant confirm continue next
		proceed login signin log sign submit enter go finish done save
		anmelden einloggen weiter zustimmen erlauben akzeptieren bestätigen ja oui accepter autoriser continuer
		connecter suivant valider sí si aceptar autorizar permitir continuar iniciar siguiente entrar aceitar
		accetta consenti continua accedi avanti toestaan akkoord doorgaan inloggen volgende ja godkänn tillåt
		logga zaloguj zezwól dalej hyväksy 同意 許可 続行 次へ ログイン 允许 继续 登录`)
	// phrases would be told wrongly by their words.
	refusals = []string{"sign up", "log out", "sign out", "don't allow", "do not allow", "not now", "don’t allow"}
)

func words(list string) []string { return strings.Fields(list) }

// bent is how a text tells what follows from it: +1 it goes on, −1 it does not, 0 it
// does not tell.
func bent(text string) int {
	lower := strings.ToLower(collapse(text))
	for _, phrase := range refusals {
		if strings.Contains(lower, phrase) {
			return -1
		}
	}
	own := wordsOf(text)
	switch {
	case anyOf(own, refusing...):
		return -1
	case anyOf(own, agreeing...):
		return +1
	}
	return 0
}
