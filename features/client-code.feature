Feature: A client binds its authorization codes
  RFC 9449 §10 and §10.1: dpop_jkt names the key of the proof; a pushed request may be proven itself.

  @client @RFC9449-10-07 @RFC7638-3-01 @RFC7638-3-02
  Scenario: dpop_jkt is the thumbprint of the key of the proofs
    When the client signs in
    Then dpop_jkt is the thumbprint of the key of the proofs

  @client @RFC9449-10-07 @RFC7638-3.2.1-01
  Scenario: dpop_jkt covers the public half alone
    When the client signs in
    And the client starts anew
    And the client signs in
    Then dpop_jkt is the thumbprint of the key of the proofs
    And dpop_jkt is the same in every authorization request

  @client @RFC9449-10-07
  Scenario: A pushed dpop_jkt is the thumbprint of the key of the proofs
    When the client signs in through a pushed request
    Then dpop_jkt is the thumbprint of the key of the proofs

  @client @RFC9449-10-08
  Scenario: A code is bound by dpop_jkt and by PKCE
    When the client signs in
    Then every authorization request carries dpop_jkt and code_challenge

  @client @RFC9449-10.1-09
  Scenario: dpop_jkt is pushed in the body
    When the client signs in through a pushed request
    Then dpop_jkt is in the body of the pushed request and nowhere else

  @client @RFC9449-10.1-10
  Scenario: The proof of a pushed request is made for the PAR endpoint
    When the client signs in through a pushed request
    Then every proof for a pushed request names the PAR endpoint and POST, without ath

  @client @RFC9449-10.1-10
  Scenario: The nonce of the PAR endpoint serves at the token endpoint
    Given the PAR endpoint challenges the client once
    When the client signs in through a pushed request
    Then the client repeats the request once with the nonce and a new proof
    And every proof carries the newest nonce of its server

  @client @ATPROTO-01
  Scenario: A pushed request is bound to the key
    When the client signs in through a pushed request
    Then every pushed request carries a proof or dpop_jkt
