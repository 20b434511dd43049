@battery
Feature: The Authorization field carries scheme and token, and the DPoP field the proof
  RFC 9449 §7.1: the token comes in the Authorization field with the scheme DPoP
  (RFC 9110 §11.4: scheme, one or more spaces, token68), the proof in the DPoP
  field, and neither comes alone. RFC 6750 §2: one way of sending it, not two.

  @RFC9449-7.1-02 @at:api @at:userinfo
  Scenario: The DPoP scheme without a proof is refused
    Given an honest proof is accepted
    When the request carries no proof
    Then it is refused

  @RFC9449-7.1-02 @at:api @at:userinfo
  Scenario: A proof without a token is refused
    Given an honest proof is accepted
    When the request carries an honest proof and no access token
    Then it is refused

  @RFC9449-7.1-04 @at:api @at:userinfo
  Scenario Outline: The letter case of the scheme does not matter
    Given an honest proof is accepted
    When the access token is sent with the scheme <scheme>
    Then it is accepted

    Examples:
      | case  | scheme |
      | lower | dpop   |
      | upper | DPOP   |
      | mixed | dPoP   |

  @RFC9449-7.1-05 @at:api @at:userinfo
  Scenario: Several spaces may stand behind the scheme
    Given an honest proof is accepted
    When the access token is sent with two spaces behind the scheme
    Then it is accepted

  @RFC9449-7.1-05 @at:api @at:userinfo
  Scenario Outline: Other text than one token is refused
    Given an honest proof is accepted
    When the access token is sent <way>
    Then it is refused

    Examples:
      | way                              |
      | with nothing behind the scheme   |
      | with a comma behind the scheme   |
      | with an equals sign before it    |
      | as a parameter of the scheme     |
      | in quotes                        |
      | with a word behind it            |
      | with a parameter behind it       |
      | without a scheme                 |
      | as a scheme without a token      |

    # The grammar has spaces alone (RFC 9110 §11.4); a tab in their place does nobody harm.
    @verdict:warn
    Examples:
      | way                          |
      | with a tab behind the scheme |

  @RFC9449-7.1-18 @at:api @at:userinfo
  Scenario Outline: A bound token is taken from the Authorization field alone
    Given an honest proof is accepted
    When the access token is sent <way>
    Then it is refused

    Examples:
      | way                   |
      | in the query          |
      | in a cookie           |
      | in a field of its own |

    @aggressive
    Examples:
      | way            |
      | in a form body |

  @FAPI2-5.3.4-02 @at:api @at:userinfo
  Scenario: Under FAPI no token is taken from the query
    Given an honest proof is accepted
    When the access token is sent in the query without a proof
    Then it is refused

  @RFC9449-7.1-19 @at:api @at:userinfo
  Scenario Outline: More than one way of sending a token is refused
    Given an honest proof is accepted
    When the access token is sent <ways>
    Then it is refused

    Examples:
      | ways                              |
      | as Bearer and in the query        |
      | in two fields                     |
      | in two fields, with DPoP and as Bearer |
      | in two fields, as Bearer and with DPoP |

    # An API that looks for tokens neither in the query (RFC 6750 §2.3 is optional)
    # nor in forms may not know that there is a second one.
    @verdict:warn
    Examples:
      | ways                              |
      | in the field and in the query     |

    @aggressive @verdict:warn
    Examples:
      | ways                              |
      | in the field and in a form body   |

  @RFC9449-7.1-19 @RFC9449-7.2-08 @verdict:info @at:api
  Scenario: Several ways of sending a token are reported as an invalid request
    Given an honest proof is accepted
    When the access token is sent in the field and in the query
    Then it is refused as an invalid request

  @RFC9449-7.2-08 @at:api
  Scenario: Two schemes at once are reported as an invalid request
    Given an API that takes Bearer tokens too
    And an honest proof is accepted
    When a request has two Authorization fields
    Then it is refused as an invalid request
