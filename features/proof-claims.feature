@battery
Feature: The proof has every claim and tolerates others
  RFC 9449 §4.2 and §4.3, check 3: jti, htm, htu and iat are there, each of its type;
  claims that nobody knows are ignored.

  @RFC9449-4.3-12 @at:token @at:par @at:userinfo @at:api
  Scenario Outline: A proof without a usable jti is refused
    Given an honest proof is accepted
    When the request carries a proof whose jti is <value>
    Then it is refused

    Examples:
      | value     |
      | missing   |
      | null      |
      | empty     |
      | a number  |
      | true      |
      | an object |
      | an array  |

  @RFC9449-4.3-14 @at:token @at:par @at:userinfo @at:api
  Scenario Outline: A proof without a usable htu is refused
    Given an honest proof is accepted
    When the request carries a proof whose htu is <value>
    Then it is refused

    Examples:
      | value     |
      | missing   |
      | null      |
      | empty     |
      | a number  |
      | true      |
      | an object |
      | an array  |

  @RFC9449-4.3-15 @at:token @at:par @at:userinfo @at:api
  Scenario: A proof without iat is refused
    Given an honest proof is accepted
    When the request carries a proof whose iat is missing
    Then it is refused

  @RFC9449-4.3-15 @at:token @at:par @at:userinfo @at:api
  Scenario: A time from when on a proof is valid does not take the place of iat
    Given an honest proof is accepted
    When the request carries a proof whose iat is replaced by nbf
    Then it is refused

  @RFC9449-4.3-15 @at:token @at:par @at:userinfo @at:api
  Scenario: A proof with a nonce and without iat is refused
    Given the server requires a nonce
    And an honest proof is accepted
    When the request carries a proof whose iat is missing
    Then it is refused

  @RFC9449-4.3-16 @at:token @at:par @at:userinfo @at:api
  Scenario Outline: An iat that is no number is refused
    Given an honest proof is accepted
    When the request carries a proof whose iat is <value>
    Then it is refused

    Examples:
      | value     |
      | null      |
      | true      |
      | empty     |
      | an object |
      | an array  |
      | a string  |

  @RFC9449-4.3-16 @at:token @at:par @at:userinfo @at:api
  Scenario Outline: An iat that is written in another way is accepted or refused
    Given an honest proof is accepted
    When the request carries a proof whose iat is <value>
    Then it is accepted or refused

    Examples:
      | value                   |
      | with a decimal fraction |
      | with an exponent        |

  # Who reads header and payload into one map finds each member where the other belongs.
  @RFC9449-4.3-12 @at:token @at:par @at:userinfo @at:api
  Scenario Outline: A jti counts among the claims alone
    Given an honest proof is accepted
    When the request carries a proof whose jti is <value>
    Then it is refused

    Examples:
      | value                                    |
      | in the header in place of the claims     |
      | wrong beside the right one in the header |

  @RFC9449-4.3-13 @at:token @at:par @at:userinfo @at:api
  Scenario Outline: An htm counts among the claims alone
    Given an honest proof is accepted
    When the request carries a proof whose htm is <value>
    Then it is refused

    Examples:
      | value                                    |
      | in the header in place of the claims     |
      | wrong beside the right one in the header |

  @RFC9449-4.3-14 @at:token @at:par @at:userinfo @at:api
  Scenario Outline: An htu counts among the claims alone
    Given an honest proof is accepted
    When the request carries a proof whose htu is <value>
    Then it is refused

    Examples:
      | value                                    |
      | in the header in place of the claims     |
      | wrong beside the right one in the header |

  @RFC9449-4.3-15 @at:token @at:par @at:userinfo @at:api
  Scenario Outline: An iat counts among the claims alone
    Given an honest proof is accepted
    When the request carries a proof whose iat is <value>
    Then it is refused

    Examples:
      | value                                    |
      | in the header in place of the claims     |
      | wrong beside the right one in the header |

  @RFC9449-4.3-76 @at:userinfo @at:api
  Scenario Outline: An ath counts among the claims alone
    Given an honest proof is accepted
    When the request carries a proof whose ath is <value>
    Then it is refused

    Examples:
      | value                                    |
      | in the header in place of the claims     |
      | wrong beside the right one in the header |

  @RFC9449-4.3-68 @at:token @at:par @at:userinfo @at:api
  Scenario Outline: A nonce counts among the claims alone
    Given the server requires a nonce
    And an honest proof is accepted
    When the request carries a proof whose nonce is <value>
    Then it is refused

    Examples:
      | value                                    |
      | in the header in place of the claims     |
      | wrong beside the right one in the header |

  @at:token @at:par @at:userinfo @at:api
  Scenario Outline: A parameter of the header counts in the header alone
    Given an honest proof is accepted
    When the request carries a proof whose <part> is <value>
    Then it is refused

    @RFC9449-4.3-19
    Examples:
      | part | value                                    |
      | typ  | in the claims in place of the header     |
      | typ  | wrong beside the right one in the claims |

    @RFC9449-4.3-22
    Examples:
      | part | value                                    |
      | alg  | in the claims in place of the header     |
      | alg  | wrong beside the right one in the claims |

    @RFC9449-4.3-35
    Examples:
      | part | value                                    |
      | jwk  | in the claims in place of the header     |

    @RFC9449-4.3-31
    Examples:
      | part | value                                    |
      | jwk  | wrong beside the right one in the claims |

  @RFC9449-4.3-83 @at:token @at:par @at:userinfo @at:api
  Scenario Outline: A proof that says of itself that its time is over or not come is refused
    Given an honest proof is accepted
    When the request carries a proof whose <part> is <value>
    Then it is refused

    Examples:
      | part     | value           |
      | exp      | one hour ago    |
      | exp      | 0               |
      | exp      | a string        |
      | nbf      | one hour ahead  |
      | nbf      | a string        |
      | lifetime | an expired pair |

  @RFC9449-4.3-83 @RFC9449-4.3-82 @at:token @at:par @at:userinfo @at:api
  Scenario Outline: A proof that says of itself that its time is now is accepted
    Given an honest proof is accepted
    When the request carries a proof whose <part> is <value>
    Then it is accepted

    Examples:
      | part     | value            |
      | exp      | one minute ahead |
      | nbf      | one minute ago   |
      | lifetime | a valid pair     |

  @RFC9449-4.3-84 @at:token @at:par
  Scenario: An ath where no access token is sent is accepted
    Given an honest proof is accepted
    When the request carries a proof whose ath is given without an access token
    Then it is accepted

  @RFC8725-3.10-01 @at:token @at:par @at:userinfo @at:api
  Scenario Outline: Text that attacks other systems does no harm
    Given an honest proof is accepted
    When the request carries a proof whose <part> is <value>
    Then it is accepted or refused

    Examples:
      | part | value                      |
      | jti  | an SQL injection           |
      | jti  | with a NUL                 |
      | jti  | a path                     |
      | jti  | markup                     |
      | jti  | of characters beyond ASCII |
      | kid  | an SQL injection           |
      | kid  | with a NUL                 |
      | kid  | a path                     |
      | kid  | markup                     |
      | kid  | of characters beyond ASCII |

    @RFC9110-5.5-01
    Examples:
      | part | value            |
      | jti  | with line breaks |
      | kid  | with line breaks |

  @RFC8725-3.10-01 @at:token @at:par @at:userinfo @at:api
  Scenario Outline: Text that attacks other systems is no target
    Given an honest proof is accepted
    When the request carries a proof whose <part> is <value>
    Then it is refused

    Examples:
      | part | value                      |
      | htu  | an SQL injection           |
      | htu  | with a NUL                 |
      | htu  | a path                     |
      | htu  | markup                     |
      | htu  | of characters beyond ASCII |

    @RFC9110-5.5-01
    Examples:
      | part | value            |
      | htu  | with line breaks |

  @RFC8725-3.12-01 @at:token
  Scenario Outline: A proof is no other credential
    Given a confidential client
    And an honest proof is accepted
    When the request carries an honest proof and another as its <credential>
    Then it is refused

    Examples:
      | credential       |
      | client assertion |
      | subject token    |

  # With client_id and without: some servers look for the client before they look at
  # its credentials, and some do not.
  @RFC8725-3.12-01 @at:token @at:par
  Scenario Outline: A proof is no client assertion
    Given a confidential client
    And an honest proof is accepted
    When the request carries an honest proof and another as its <credential>
    Then it is refused

    Examples:
      | named   | credential                             |
      | by name | client assertion                       |
      | unnamed | client assertion, without a client_id, |

  @RFC8725-3.12-01 @at:token @at:par
  Scenario Outline: A proof is no client assertion, whatever the client authenticates by
    Given a client that authenticates by "<method>"
    And an honest proof is accepted
    When the request carries an honest proof and another as its client assertion
    Then it is refused

    Examples:
      | method              |
      | client_secret_basic |
      | client_secret_post  |
      | private_key_jwt     |

  @RFC8725-3.12-01 @at:par
  Scenario: A proof is no request object
    Given an honest proof is accepted
    When the request carries an honest proof and another as its request object
    Then it is refused

  @RFC8725-3.12-01 @at:userinfo @at:api
  Scenario Outline: A proof is no access token
    Given an honest proof is accepted
    When the request carries an honest proof and another as its <credential>
    Then it is refused

    Examples:
      | credential   |
      | Bearer token |
      | DPoP token   |

  @RFC9449-4.3-82 @at:token @at:par @at:userinfo @at:api
  Scenario: A proof needs no more than RFC 9449 requires
    When the request carries an honest proof
    Then its proof needs no more members

  @RFC9449-4.3-81 @verdict:fail @at:token @at:par @at:userinfo @at:api
  Scenario Outline: A proof with two defects is refused
    Given an honest proof is accepted
    When the request carries a proof with two defects: its <first>, and its <second>
    Then it is refused

    Examples:
      | first                                  | second                |
      | htm is another method                  | iat is one hour old   |
      | htu is of another host                 | htm is another method |
      | typ is JWT                             | htu is of another path |
      | signature is tampered in its first byte | jti is missing        |

  @RFC9449-4.3-85 @at:token @at:par @at:userinfo @at:api
  Scenario Outline: A refused proof leaves nothing behind
    Given an honest proof is accepted
    When the request carries a proof whose <part> is <value>
    Then it is refused
    And an honest proof is still accepted

    Examples:
      | part      | value                      |
      | form      | random text                |
      | typ       | JWT                        |
      | alg       | none                       |
      | jwk       | with its d                 |
      | signature | tampered in its first byte |
      | htm       | another method             |
      | htu       | of another host            |
      | iat       | one hour old               |

  # What a server says of a proof that it refuses is the more dangerous: it quotes it.
  @RFC8725-3.10-01 @verdict:fail @at:token @at:par @at:userinfo @at:api
  Scenario Outline: No text of a refused proof works in the answer
    Given an honest proof is accepted
    When the request carries a proof whose <part> is <value>
    Then it is refused

    Examples:
      | part   | value                                   |
      | jti    | text that works in an answer            |
      | htm    | text that works in an answer            |
      | htu    | text that works in an answer            |
      | iat    | text that works in an answer            |
      | nonce  | text that works in an answer            |
      | claims | text that works in an answer, as sub    |
      | claims | text that works in an answer, as a name |
      | typ    | text that works in an answer            |
      | alg    | text that works in an answer            |
      | kid    | text that works in an answer            |
      | crit   | text that works in an answer            |
      | jku    | text that works in an answer            |
      | x5u    | text that works in an answer            |
      | jwk    | text that works in an answer, as kty    |
      | jwk    | text that works in an answer, as crv    |
      | jwk    | text that works in an answer, as use    |
      | jwk    | text that works in an answer, as kid    |

  @RFC8725-3.10-01 @verdict:fail @at:userinfo @at:api
  Scenario: No hash of a refused proof works in the answer
    Given an honest proof is accepted
    When the request carries a proof whose ath is text that works in an answer
    Then it is refused
