Feature: DPoP stands beside client authentication
  RFC 9449 §3: a proof says nothing of who the client is. It works with every
  method of client authentication and replaces none; RFC 9449 §5.2 lets a client
  register that it uses bound tokens alone.

  @at:token @RFC9449-3-03
  Scenario Outline: A proof binds the token of a client of every kind
    Given a client that authenticates by "<method>"
    When the client asks for a token with a proof by its key
    Then it is accepted
    And the access token is bound to its key

    Examples:
      | method                      |
      | none                        |
      | client_secret_basic         |
      | client_secret_post          |
      | private_key_jwt             |
      | tls_client_auth             |
      | self_signed_tls_client_auth |

  # RFC 8705 §3 binds tokens to the certificate. That is another binding, which a
  # token may have as well.
  @at:token @RFC9449-5-07 @RFC9449-6.1-01
  Scenario: A binding to the certificate does not take the place of that to the key
    Given a client whose tokens are bound to its certificate
    And an honest proof is accepted
    When the client asks for a token with a proof by its key
    Then it is accepted
    And the access token is bound to its key

  @at:token @at:par @RFC9449-4.3-85
  Scenario Outline: A good certificate does not rescue a bad proof
    Given a client that authenticates by "tls_client_auth"
    And an honest proof is accepted
    When the request carries a proof whose <part> is <value>
    Then it is refused

    Examples:
      | part      | value                      |
      | signature | tampered in its first byte |
      | htm       | another method             |

  @at:token @at:par @RFC9449-4.3-85
  Scenario Outline: A bad proof gets nothing, whatever the client authenticates by
    Given a client that authenticates by "<method>"
    And an honest proof is accepted
    When the request carries a proof whose <part> is <value>
    Then it is refused

    Examples:
      | method              | part      | value                      |
      | none                | signature | tampered in its first byte |
      | none                | htm       | another method             |
      | client_secret_basic | signature | tampered in its first byte |
      | client_secret_post  | signature | tampered in its first byte |
      | private_key_jwt     | signature | tampered in its first byte |
      | private_key_jwt     | htm       | another method             |

  @at:token @at:par @RFC9449-4.3-68 @RFC9449-11.3-01
  Scenario Outline: A nonce is needed, whatever the client authenticates by
    Given the server requires a nonce
    And a client that authenticates by "<method>"
    And an honest proof is accepted
    When the request carries a proof without nonce
    Then it is refused

    Examples:
      | method              |
      | none                |
      | client_secret_basic |
      | client_secret_post  |
      | private_key_jwt     |

  @at:token @at:par @RFC9449-3-02 @RFC9126-2.1-01
  Scenario Outline: A proof is no client authentication
    Given a confidential client
    And an honest proof is accepted
    When a sound proof comes with <credentials> client credentials
    Then it is refused

    Examples:
      | credentials |
      | no          |
      | false       |

  @at:token @at:par @RFC9449-3-02 @RFC9126-2.1-01
  Scenario Outline: An assertion is verified with the client's key, not with one that it brings
    Given a client that authenticates by "private_key_jwt"
    And an honest proof is accepted
    When a sound proof comes with <credentials> client credentials
    Then it is refused

    Examples:
      | credentials  |
      | self-signed  |
      | proof-signed |

  @at:token @at:par @RFC9449-3-02 @RFC9126-2.1-01
  Scenario Outline: A proof takes the place of no certificate
    Given a client that authenticates by "<method>"
    And an honest proof is accepted
    When a sound proof comes with <credentials> client credentials
    Then it is refused

    Examples:
      | method                      | credentials |
      | tls_client_auth             | no          |
      | tls_client_auth             | false       |
      | self_signed_tls_client_auth | false       |

  @at:token @at:par @RFC9449-3-02 @RFC9126-2.1-01
  Scenario: The refusal of a stranger is invalid_client
    Given a confidential client
    And an honest proof is accepted
    When a sound proof comes with false client credentials
    Then it is refused with the error "invalid_client"

  @at:token @RFC6749-5.2-01
  Scenario: The status of a request with two faults is that of its error
    Given a confidential client
    And an honest proof is accepted
    When a defective proof comes with false client credentials
    Then it is refused
    And the status is that of the error

  @at:token @RFC9449-5.2-01
  Scenario Outline: A client that is registered for bound tokens gets none without a proof
    Given a client that is registered for bound tokens
    And the grant is "<grant>"
    And an honest proof is accepted
    When the request carries no proof
    Then it is refused

    Examples:
      | grant               |
      | authorization_code  |
      | refresh_token       |
      | client_credentials  |
      | device_code         |
      | token-exchange      |
      | pre-authorized_code |

  @at:token @RFC9449-5.2-01 @RFC9449-5-02
  Scenario Outline: A client that is registered for bound tokens gets bound ones for its proof
    Given a client that is registered for bound tokens
    And the grant is "<grant>"
    When the client asks for a token with a proof by its key
    Then the access token is bound to its key

    Examples:
      | grant              |
      | authorization_code |
      | client_credentials |

  @at:token @RFC9449-5.2-01
  Scenario: A public client that is registered for bound tokens gets none without a proof
    Given a public client that is registered for bound tokens
    And an honest proof is accepted
    When the request carries no proof
    Then it is refused

  # Of a bound subject_token its own binding demands the proof.
  @at:token @RFC9449-5.2-01
  Scenario: A client that is registered for bound tokens exchanges no token without a proof
    Given a client that is registered for bound tokens
    And an unbound token of another client is exchanged with a proof by its key
    When an unbound token of another client is exchanged without a proof
    Then it is refused

  # RFC 9449 names no code for a missing proof.
  @at:token @RFC9449-5.2-01
  Scenario: The refusal for a missing proof is a token error
    Given a client that is registered for bound tokens
    And an honest proof is accepted
    When the request carries no proof
    Then it is refused with the error "invalid_request" or "invalid_dpop_proof" or "invalid_grant"

  @at:token @RFC6749-3.2-01
  Scenario: The token endpoint does not answer GET
    Given an honest proof is accepted
    When the client asks for a token by GET
    Then it is refused

  @at:token @RFC6749-3.2-01
  Scenario: A repeated parameter is refused
    Given an honest proof is accepted
    When the client asks for a token with grant_type twice
    Then it is refused

  # Where no proof can come, no token can be bound.
  @as @RFC9449-5.2-05
  Scenario Outline: A client that is registered for bound tokens gets none through the browser
    Given a client that is registered for bound tokens
    When the client asks the authorization endpoint for "<type>"
    Then it gets no access token from the authorization endpoint

    Examples:
      | type                |
      | token               |
      | id_token token      |
      | code token          |
      | code id_token token |
