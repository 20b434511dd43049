@battery
Feature: A good proof does not rescue a bad access token
  RFC 9449 §3, §7.1: DPoP adds a check to those that every resource server owes
  its tokens; RFC 9068 §4: type, signature, issuer, audience, lifetime.

  @RFC9449-3-01 @at:api
  Scenario Outline: A bad token with a good proof is refused
    Given an honest proof is accepted
    When the request carries an access token that <flaw>
    Then it is refused

    Examples:
      | flaw                                  |
      | has expired                           |
      | is not valid yet                      |
      | comes from another issuer             |
      | is for another API                    |
      | is signed by another key              |
      | is signed by the client's key         |
      | is signed by a key in its own header  |
      | has another subject than was signed   |
      | has another binding than was signed   |
      | has a signature that was changed      |
      | is no token at all                    |

  @RFC9449-3-01 @at:api
  Scenario: A bad token is reported as such
    Given an honest proof is accepted
    When the request carries an access token that has expired
    Then it is refused as an invalid token

  @RFC9449-3-01 @at:userinfo
  Scenario: A revoked token is refused
    Given an honest proof is accepted
    When the request carries an access token that was revoked
    Then it is refused

  @RFC9068-4-01 @at:api
  Scenario Outline: A JWT access token is validated beside its proof
    Given an honest proof is accepted
    When the request carries an access token that <flaw>
    Then it is refused

    Examples:
      | flaw                                               |
      | is of the type JWT                                 |
      | is of the type dpop+jwt                            |
      | is of no type                                      |
      | has no signature                                   |
      | is signed with the issuer's public key as a secret |
      | comes from another issuer                          |
      | comes from an issuer in other letter case          |
      | comes from an issuer whose name begins like its own |
      | names no issuer                                    |
      | names no audience                                  |
      | never expires                                      |
      | has a critical extension                           |

  @RFC9068-4-01 @at:api
  Scenario: A JWT access token of the full media type is accepted
    Given an honest proof is accepted
    When the request carries an access token that is of the type application/at+jwt
    Then it is accepted

  @RFC9068-4-02 @at:api
  Scenario Outline: Other tokens are no access tokens
    Given an honest proof is accepted
    When the request carries an access token that <flaw>
    Then it is refused

    Examples:
      | flaw           |
      | is an ID token |
      | is a proof     |

  # Whoever holds a token can write another: only the signature of its issuer counts.
  @RFC9449-3-01 @at:api @at:userinfo
  Scenario Outline: A token that somebody has changed is refused
    Given an access token that is a JWT
    And an honest proof is accepted
    When the request carries its access token <changed>
    Then it is refused

    Examples:
      | changed                                          |
      | with another first octet in its signature        |
      | with another last octet in its signature         |
      | with an octet less in its signature              |
      | with half of its signature                       |
      | with a signature of zeros                        |
      | without its signature                            |
      | without the last of its parts                    |
      | with the signature of another of them            |
      | with another subject                             |
      | with another id                                  |
      | with a later end                                 |
      | without an end                                   |
      | with a wider scope                               |
      | with another audience beside its own             |
      | issued for another key, bound to this            |
      | without its binding, as Bearer                   |
      | with another kid                                 |
      | without its kid                                  |
      | with a critical extension                        |
      | with alg none                                    |
      | with alg none, capitalised                       |
      | with alg none in mixed case                      |
      | with an empty alg                                |
      | with alg none and its signature                  |
      | unbound and with alg none, as Bearer             |
      | signed with the issuer's key in PEM as a secret  |
      | signed with the issuer's key in DER as a secret  |
      | signed with the issuer's JWK as a secret         |
      | signed with an empty secret                      |
      | signed with an empty secret, its kid a file      |
      | signed by another key                            |
      | signed by another key without a kid              |
      | signed by another key of another kid             |
      | signed by a key in its own jwk                   |
      | signed by a key in its own jwk, without a kid    |
      | signed by a key in its own x5c                   |
      | signed by the key of its proof                   |
      | signed by another key, of another id and subject |
