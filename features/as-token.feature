@at:token
Feature: A valid proof binds the access token
  RFC 9449 §5: whatever the grant, the server binds the token that it issues to
  the key of the proof and says so by token_type.

  @RFC9449-5-02 @RFC9449-5-07 @RFC9449-6.1-02 @RFC9700-2.2.1-01
  Scenario Outline: A proof binds the token of every grant
    Given the grant is "<grant>"
    When the client asks for a token with a proof by its key
    Then it is accepted
    And the access token is bound to its key

    Examples:
      | grant               |
      | authorization_code  |
      | refresh_token       |
      | client_credentials  |
      | token-exchange      |
      | device_code         |
      | pre-authorized_code |

  @RFC9449-5-03 @RFC9449-4.3-85
  Scenario Outline: An invalid proof gets nothing, whatever the grant
    Given the grant is "<grant>"
    And an honest proof is accepted
    When the request carries a proof whose <part> is <value>
    Then it is refused

    Examples:
      | grant              | part      | value                      |
      | authorization_code | htm       | another method             |
      | authorization_code | signature | tampered in its first byte |
      | device_code        | htm       | another method             |
      | device_code        | signature | tampered in its first byte |
      | token-exchange     | htm       | another method             |
      | token-exchange     | signature | tampered in its first byte |
      | authorization_code | iat       | one hour old               |
      | device_code        | iat       | one hour old               |
      | token-exchange     | iat       | one hour old               |

  @RFC9449-5-02 @RFC9449-5-07
  Scenario: The proof of another key binds the token to that key
    When the client asks for a token with a proof by another key
    Then the access token is bound to another key

  @RFC9449-5-15
  Scenario Outline: token_type and binding agree
    Given the grant is "<grant>"
    When the client asks for a token <proof>
    Then token_type and binding agree

    Examples:
      | grant              | proof                   |
      | authorization_code | with a proof by its key |
      | authorization_code | without a proof         |
      | refresh_token      | with a proof by its key |
      | refresh_token      | without a proof         |
      | client_credentials | with a proof by its key |
      | client_credentials | without a proof         |
      | token-exchange     | with a proof by its key |
      | device_code        | with a proof by its key |
      | device_code        | without a proof         |

  @RFC9449-5-05 @RFC9449-5-15
  Scenario: A bound token has the type DPoP
    When the client asks for a token with a proof by its key
    Then the token is bound and its token_type DPoP in any letter case

  @RFC9449-5-05 @verdict:warn
  Scenario: The type DPoP is spelled as registered
    When the client asks for a token with a proof by its key
    Then the token is bound and its token_type DPoP letter by letter

  @RFC9449-5-14
  Scenario: A proof is not answered with a Bearer token
    When the client asks for a token with a proof by its key
    Then token_type is DPoP in any letter case

  @RFC9449-5-21
  Scenario Outline: Who sends no proof gets no bound token
    Given the grant is "<grant>"
    When the client asks for a token without a proof
    Then no bound token is issued

    Examples:
      | grant              |
      | authorization_code |
      | client_credentials |
      | device_code        |

  @RFC9449-6.1-01
  Scenario: A JWT access token confirms the key
    When the client asks for a token with a proof by its key
    Then the access token carries cnf.jkt

  @RFC9449-6.1-03
  Scenario Outline: How the key is written makes no difference to the binding
    Given an honest proof is accepted
    When the request carries a proof whose jwk is <writing>
    Then the access token is bound to its key

    Examples:
      | writing                                |
      | beside unknown members                 |
      | beside kid, use, alg, key_ops and ext  |
      | in reverse order                       |
      | spaced over lines                      |
      | written with escapes                   |

  @RFC9449-5-06
  Scenario: No cache keeps a token
    When the client asks for a token with a proof by its key
    Then no cache keeps the answer

  @RFC9449-5-06
  Scenario: No cache keeps a nonce challenge
    Given the server requires a nonce
    When the request carries a proof without nonce
    Then it is challenged for a nonce
    And no cache keeps the answer

  @RFC9449-11.2-01
  Scenario: A bound token lives long only where nonces are in use
    When the client asks for a token with a proof by its key
    Then the lifetime of the token is short or nonces limit its proofs

  @RFC9449-11.7-01
  Scenario: A proof does not cover the body of its request
    When the client asks for a token with a parameter that was added after the proof
    Then it is accepted

  @RFC8707-2-01
  Scenario: The token for another API is bound as well
    Given the grant is "client_credentials"
    When the client asks for a token for the other API with a proof by its key
    Then the access token is for the other API
    And the access token is bound to its key

  @HAIP-4-01 @OID4VCI-12-01
  Scenario: DPoP works for a wallet's tokens
    Given the grant is "authorization_code"
    When the client asks for a token with a proof by its key
    Then the access token is bound to its key
