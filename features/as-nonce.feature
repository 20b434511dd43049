Feature: A nonce challenge costs the client nothing but a request
  RFC 9449 §8: the server asks for a nonce by refusing a proof. What the client
  meant to redeem must still be good when it comes back with the nonce.

  @at:token @RFC9449-8-08 @RFC9449-5-20
  Scenario Outline: A challenge leaves what it refused usable
    Given the server requires a nonce
    And a <type> client
    And the grant is "<grant>"
    When a token request is challenged for a nonce and repeated with it
    Then it is accepted
    And the access token is bound to its key

    Examples:
      | type         | grant               |
      | public       | authorization_code  |
      | confidential | authorization_code  |
      | public       | refresh_token       |
      | confidential | refresh_token       |
      | confidential | client_credentials  |
      | confidential | device_code         |
      | confidential | pre-authorized_code |

  @at:token @RFC9449-5-20 @verdict:warn
  Scenario Outline: A bad proof leaves what it came with usable
    Given a <type> client
    And the grant is "<grant>"
    When a token request is refused for its proof and repeated with a good one
    Then it is accepted
    And the access token is bound to its key

    Examples:
      | type         | grant               |
      | public       | authorization_code  |
      | confidential | authorization_code  |
      | public       | device_code         |
      | confidential | device_code         |
      | confidential | pre-authorized_code |

  @at:token @RFC9449-8-08
  Scenario: A challenge leaves a client assertion's owner able to come again
    Given the server requires a nonce
    And a client that authenticates by "private_key_jwt"
    And the grant is "authorization_code"
    When a token request is challenged for a nonce and repeated with it
    Then it is accepted

  @at:par @RFC9449-8-08
  Scenario Outline: A challenge leaves the request usable that was pushed
    Given the server requires a nonce
    And a <type> client
    When a pushed request is challenged for a nonce and repeated with it
    Then it is accepted

    Examples:
      | type         |
      | public       |
      | confidential |

  @at:token @RFC9449-4.3-68 @RFC9449-11.3-01
  Scenario Outline: A nonce is needed whatever the grant
    Given the server requires a nonce
    And the grant is "<grant>"
    And an honest proof is accepted
    When the request carries a proof without nonce
    Then it is refused

    Examples:
      | grant               |
      | authorization_code  |
      | refresh_token       |
      | device_code         |
      | token-exchange      |
      | pre-authorized_code |

  @at:par @RFC9449-10.1-07
  Scenario: A challenge at the PAR endpoint can be met
    Given the server requires a nonce
    When the request carries a proof without nonce
    Then it is challenged for a nonce
    And a proof with the nonce just given is accepted

  @at:par @RFC9449-10.1-07 @verdict:info
  Scenario: The PAR endpoint asks for nonces as the token endpoint does
    Given the server requires a nonce at its token endpoint
    When the request carries a proof without nonce
    Then it is challenged for a nonce

  @at:par @RFC9449-8.2-05
  Scenario: The PAR endpoint hands out nonces
    Given the server requires a nonce
    When the client pushes an authorization request with a proof alone
    Then the answer hands out a nonce

  # Not "the server requires a nonce", which a server that asks for none is spared by.
  @at:token @ATPROTO-02 @OKTA-01
  Scenario: A proof without nonce is refused
    Given the profile requires nonces
    When the request carries a proof without nonce
    Then it is challenged for a nonce

  @at:par @ATPROTO-02
  Scenario: A pushed proof without nonce is refused
    Given the profile requires nonces
    When the request carries a proof without nonce
    Then it is challenged for a nonce

  @at:token @FAPI2-5.3.2.1-10
  Scenario: Server nonces are optional
    When the request carries a proof without nonce
    Then it is accepted or challenged for a nonce
